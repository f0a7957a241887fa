import { useEffect, useMemo, useState } from 'react'
import type { Actions } from '../../ui/approval/actions.ts'
import { QuestionScreen } from '../../ui/approval/QuestionScreen.tsx'
import { rows } from './rows.ts'
import { type Shot, shownOf } from './shot.ts'
import { sites } from './sites.ts'
import { states } from './states.ts'
import { talk } from './talk.ts'
import { troubles } from './troubles.ts'

/** Everything that the approval window can show, made up: for those who look at it and for its test. */
const shots: readonly Shot[] = [...rows, ...states, ...talk, ...troubles, ...sites]

/** What was pressed, for the test. */
const pressed: string[] = []
Object.assign(globalThis, { pressed })

const note =
  (name: string) =>
  async (...args: unknown[]): Promise<void> => {
    pressed.push(`${name} ${args.map((arg) => JSON.stringify(arg)).join(' ')}`)
  }

/** A code to which no co-signer says anything. */
const NO_ANSWER = '000000'

const actions: Actions = {
  decide: note('decide'),
  edit: async (_id, edit) => note('edit')(Object.keys(edit).join()),
  async prove(_id, proof) {
    await note('prove')(proof.kind)
    if (proof.kind === 'code' && proof.code === NO_ANSWER) throw new Error('nobody answers')
  },
  again: note('again'),
  stop: note('stop'),
  dismiss: note('dismiss'),
  rejectAll: note('rejectAll'),
  unlock: async () => note('unlock')(),
}

/** One of them by its name after `#`; else all of their names. */
export function Gallery() {
  const [name, setName] = useState(() => location.hash.slice(1))
  useEffect(() => {
    const onHash = () => setName(location.hash.slice(1))
    window.addEventListener('hashchange', onHash)
    return () => window.removeEventListener('hashchange', onHash)
  }, [])
  const [later, setLater] = useState<string>()
  // What a test moves on: the same question, in the state of another one.
  useEffect(() => void Object.assign(globalThis, { become: setLater }), [])
  useEffect(() => setLater(undefined), [name])
  const first = shots.find((one) => one.name === name)
  const state = shots.find((one) => one.name === later)?.state
  const shot = useMemo(() => first && { ...first, ...(state && { state }) }, [first, state])
  // The same object in every render: another one would be another question.
  const approval = useMemo(() => shot && shownOf(shot), [shot])
  if (!shot || !approval)
    return (
      <ul className="p-4">
        {shots.map((one) => (
          <li key={one.name}>
            <a className="underline" href={`#${one.name}`} data-shot={one.name}>
              {one.name}
            </a>
          </li>
        ))}
      </ul>
    )
  return (
    <div className="h-full" data-shown={name}>
      <QuestionScreen
        key={name}
        approval={approval}
        place={1}
        of={shot.of ?? 1}
        peer={{ name: 'studio.local', usualMs: 110 }}
        actions={actions}
      />
    </div>
  )
}
