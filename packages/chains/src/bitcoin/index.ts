/** Bitcoin: transactions in PSBTs (BIP-174) and messages (BIP-322), by P2WPKH and P2TR keys. */
export { scriptOf } from './address.ts'
export { bitcoin } from './bitcoin.ts'
export { type BitcoinClient, type Recipient, bitcoinClient } from './client.ts'
export { messagePayload, psbtPayload } from './payloads.ts'
export { normalizePsbt, openInputs } from './psbt.ts'
