import '../../messages/without-eval.ts'
import { defineBackground } from 'wxt/utils/define-background'
import { background, resume } from '../../background/background.ts'
import { engineHere } from '../../background/engine-here.ts'
import { browserEngine } from '../../engine/browser-engine.ts'

/** A page that may sleep. The engine is in it, since there is no other document that could have it. */
export default defineBackground({
  persistent: false,
  main() {
    background((hear) => engineHere(browserEngine, resume, hear))
  },
})
