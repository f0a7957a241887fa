import { type Level, type Warning, levels } from '@tandem/chains'
import type { Explained } from '../../messages/engine.ts'

/**
 * Warnings that count: a limited right for somebody whom the wallet knows is everyday, as the person
 * decided when they saved them.
 */
export function warningsThatCount({ warnings, parties }: Explained): readonly Warning[] {
  return warnings.filter(
    ({ code, subject }) =>
      code !== 'approval' || subject === undefined || parties[subject] === undefined,
  )
}

/** The highest of what the bytes say, what the wallet knows, and what a node adds. */
export function levelOfRequest(explained: Explained): Level {
  const found = [...warningsThatCount(explained), ...explained.concerns]
  return found.reduce<Level>(
    (most, { level }) => (levels.indexOf(level) > levels.indexOf(most) ? level : most),
    'routine',
  )
}
