import { defineContentScript } from 'wxt/utils/define-content-script'
import { relay } from '../relay/relay.ts'

export default defineContentScript({
  matches: ['http://*/*', 'https://*/*'],
  runAt: 'document_start',
  main: () => relay(window),
})
