import { type Network, networks } from '@tandem/chains'

/** What a person runs on the co-signer's machine so that it signs for a network. */
export function networkCommand({ id, name, native }: Network): string {
  const known = networks.find((one) => one.id === id)
  if (known) return `tandem network add ${known.id}`
  return [
    `tandem network add ${bare(id)}`,
    `--name "${bare(name)}" --symbol "${bare(native.symbol)}" --decimals ${native.decimals}`,
  ].join(' ')
}

// SECURITY: a site chose these words, and a person pastes them into a shell beside the other share. Test: src/ui/words/network-command.test.ts "nothing in a name of a network is more than a word: %s"
const bare = (text: string): string =>
  text
    .replaceAll(/[^A-Za-z0-9 :._-]/g, '')
    .replace(/^[ -]+/, '')
    .trimEnd()
