import { TomlError, parse, stringify } from 'smol-toml'
import * as z from 'zod'
import { type Document, parseDocument, writeDocument } from '../../core/policy/document.ts'
import { MAX_POLICY, type PolicyText, PolicyTextError } from '../../ports/policy-text.ts'

/** A policy as TOML. */
export const toml: PolicyText = { read, write }

function read(text: string, file: string): Document {
  const length = Buffer.byteLength(text)
  if (length > MAX_POLICY)
    throw new PolicyTextError(`${file}: ${length} bytes: expected ${MAX_POLICY} at most`)
  try {
    return parseDocument(parse(text))
  } catch (error) {
    if (error instanceof TomlError) {
      const [reason = ''] = error.message.split('\n')
      throw new PolicyTextError(`${file}:${error.line}: ${reason}`, { cause: error })
    }
    if (error instanceof z.ZodError) throw wrong(error, text, file)
    throw error
  }
}

const LINE = 100

/** As a file has it, to be read and changed by a person. */
function write(document: Document): string {
  const lines = stringify(writeDocument(document)).trimEnd().split('\n')
  return `${lines.map((line) => (line.length > LINE ? inLines(line) : line)).join('\n')}\n`
}

/** A list that is too long for a line has one line for each of its values. */
function inLines(line: string): string {
  const [, key = '', list = ''] = /^(\w+) = \[ (".*") \]$/.exec(line) ?? []
  if (list === '') return line
  return `${key} = [\n${list
    .split(', ')
    .map((item) => `  ${item},\n`)
    .join('')}]`
}

function wrong(error: z.ZodError, text: string, file: string): PolicyTextError {
  const [issue] = error.issues
  if (!issue) return new PolicyTextError(`${file} is wrong`, { cause: error })
  const unknown = issue.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : []
  const path = [...issue.path, ...unknown]
  const key = path.findLast((part) => typeof part === 'string')
  const rule = path[0] === 'rules' && typeof path[1] === 'number' ? path[1] : undefined
  const line = lineOf(text, rule, key)
  const name = key === undefined ? '' : ` ${key}:`
  const what = unknown.length > 0 ? 'is no field of a policy' : issue.message
  return new PolicyTextError(`${file}${line === undefined ? '' : `:${line}`}:${name} ${what}`, {
    cause: error,
  })
}

/** The line of a key, or of the rule that it is missing from. */
function lineOf(text: string, rule: number | undefined, key: string | undefined) {
  let at = -1
  let header: number | undefined
  for (const [index, line] of text.split('\n').entries()) {
    if (/^\s*\[\[\s*rules\s*\]\]/.test(line)) {
      at += 1
      if (at === rule) header = index + 1
    }
    const isHere = at === (rule ?? -1)
    if (isHere && /^\s*"?([\w-]+)"?\s*=/.exec(line)?.[1] === key) return index + 1
  }
  return header
}
