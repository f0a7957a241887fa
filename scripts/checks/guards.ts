import { guards } from '../guards/guards.ts'
import { type Check, verdict } from './check.ts'

/** Every rule marked `SECURITY:` names a test that exists and that notices when its guard is gone. */
export function guardCheck(root: string, options: { all: boolean; base?: string }): Check {
  return {
    name: 'guards',
    async run() {
      const found = await guards(root, options)
      const note = [
        `${found.rules} rules, ${found.layout} of them without a guard`,
        `${found.noticed} of ${found.chosen} ${options.all ? 'removals' : 'changed guards'} noticed`,
        ...(found.hung > 0 ? [`${found.hung} of these by a hang`] : []),
        ...(found.unproven.length > 0 ? [`${found.unproven.length} not proven here`] : []),
      ]
      return verdict(found.problems, note.join(', '))
    },
  }
}
