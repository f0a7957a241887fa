import { defineContentScript } from 'wxt/utils/define-content-script'
import { bitcoinWallet } from '../page/bitcoin-wallet.ts'
import { pageChannel } from '../page/channel.ts'
import { eip1193 } from '../page/eip1193.ts'
import { announce } from '../page/eip6963.ts'
import { offerLegacy } from '../page/legacy.ts'
import { offer, satsConnect } from '../page/sats-connect.ts'
import { solanaWallet } from '../page/solana-wallet.ts'
import { register } from '../page/wallet-standard.ts'

export default defineContentScript({
  matches: ['http://*/*', 'https://*/*'],
  runAt: 'document_start',
  world: 'MAIN',
  main() {
    // A document in a sandbox is nobody to the wallet, and could not hear an answer.
    if (window.origin === 'null') return
    const channel = pageChannel(window)
    const provider = eip1193(channel)
    announce(window, provider)
    offerLegacy(window, channel, provider)
    register(window, solanaWallet(channel))
    register(window, bitcoinWallet(channel))
    offer(window, satsConnect(channel))
  },
})
