import { i18n } from '#i18n'
import { Icon, type IconName } from '../parts/Icon.tsx'
import { Mark } from '../parts/Mark.tsx'
import { hrefOf } from '../route.ts'

const tabs = [
  { path: '', icon: 'home', text: 'nav.home' },
  { path: 'activity', icon: 'list', text: 'nav.activity' },
  { path: 'cosigner', icon: undefined, text: 'nav.cosigner' },
  { path: 'settings', icon: 'gear', text: 'nav.settings' },
] as const satisfies readonly { path: string; icon: IconName | undefined; text: string }[]

/** The four places of the wallet: below what a popup shows, beside it on a wide page. */
export function TabBar({ at, isWide }: { readonly at: string; readonly isWide: boolean }) {
  return (
    <nav
      aria-label={i18n.t('nav.label')}
      className={
        isWide
          ? 'flex w-52 shrink-0 flex-col gap-1 px-4 py-20'
          : 'grid h-14 shrink-0 grid-cols-4 border-t border-line bg-surface'
      }
    >
      {tabs.map(({ path, icon, text }) => (
        <a
          key={path}
          href={hrefOf(...(path === '' ? [] : [path]))}
          aria-current={at === path ? 'page' : undefined}
          className={
            isWide
              ? 'flex h-11 items-center gap-3 rounded-button px-3 font-semibold text-ink3 hover:bg-sunken aria-[current=page]:bg-surface aria-[current=page]:text-ink'
              : 'flex flex-col items-center justify-center gap-0.5 text-small font-semibold text-ink3 aria-[current=page]:text-ink'
          }
        >
          {icon === undefined ? <Mark size={20} /> : <Icon name={icon} />}
          {i18n.t(text)}
        </a>
      ))}
    </nav>
  )
}
