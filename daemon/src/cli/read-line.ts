import { createInterface } from 'node:readline'

/** The first line of an input that is no terminal: how a program hands over a code. */
export async function readLine(input: NodeJS.ReadableStream): Promise<string> {
  for await (const line of createInterface({ input })) return line.trim()
  return ''
}
