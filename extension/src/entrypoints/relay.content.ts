import { defineContentScript } from 'wxt/utils/define-content-script'
import { relay } from '../relay/relay.ts'
import { tellLegacy } from '../relay/tell-legacy.ts'

export default defineContentScript({
  matches: ['http://*/*', 'https://*/*'],
  runAt: 'document_start',
  main() {
    relay(window)
    void tellLegacy(window)
  },
})
