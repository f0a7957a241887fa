import '../messages/without-eval.ts'
import { defineBackground } from 'wxt/utils/define-background'
import { background, resume } from '../background/background.ts'
import { engineDoor } from '../background/engine-door.ts'

export default defineBackground(() => {
  background((hear) => engineDoor(resume, hear))
})
