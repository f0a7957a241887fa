/** What the demo's parent tells a party, and what a party reports. Hex where there are bytes. */
export type Task =
  | { readonly role: 'co-signer'; readonly secret: string; readonly folder: string }
  | {
      readonly role: 'device'
      readonly secret: string
      readonly folder: string
      readonly port: number
    }

export type Report =
  | { readonly type: 'listening'; readonly port: number }
  | { readonly type: 'progress'; readonly what: string }
  | { readonly type: 'done'; readonly what: string; readonly ms: number }
  | { readonly type: 'key'; readonly suite: string; readonly publicKey: string }
  | {
      readonly type: 'signature'
      readonly suite: 'ecdsa-secp256k1' | 'bip340-secp256k1' | 'ed25519'
      /** Of the address: what a chain would check against. */
      readonly publicKey: string
      readonly message: string
      readonly signature: string
    }
  | { readonly type: 'failed'; readonly what: string }
