import { defineContentScript } from 'wxt/utils/define-content-script'
import { offer, satsConnect } from '../page/bitcoin.ts'
import { pageChannel } from '../page/channel.ts'
import { eip1193 } from '../page/eip1193.ts'
import { announce } from '../page/eip6963.ts'
import { register, solanaWallet } from '../page/wallet-standard.ts'

export default defineContentScript({
  matches: ['http://*/*', 'https://*/*'],
  runAt: 'document_start',
  world: 'MAIN',
  main() {
    const channel = pageChannel(window)
    announce(window, eip1193(channel))
    register(window, solanaWallet(channel))
    offer(window, satsConnect(channel))
  },
})
