import * as z from 'zod'
import { defineBackground } from 'wxt/utils/define-background'
import { background, resume } from '../background/background.ts'
import { engineDoor } from '../background/engine-door.ts'

export default defineBackground(() => {
  z.config({ jitless: true })
  background((hear) => engineDoor(resume, hear))
})
