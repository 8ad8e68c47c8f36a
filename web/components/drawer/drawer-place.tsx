import { createMemo, type JSX, lazy, Show } from 'solid-js'
import { loadPart } from '../../data/load-part.ts'
import { hadSessions, rememberSessions } from '../../state/control/kept.ts'
import { openSessions } from '../../state/control/open-session.ts'
import type { DrawerProps } from './drawer.tsx'

const Drawer = lazy(async () => ({ default: (await loadPart(() => import('./drawer.tsx'))).Drawer }))

/** Where the drawer is. Its code is loaded with the first session, and is there from then on. */
export function DrawerPlace(props: DrawerProps): JSX.Element {
  const isUsed = createMemo<boolean>((before) => {
    if (openSessions().length > 0 && !before) rememberSessions()
    return before || openSessions().length > 0
  }, hadSessions())
  return (
    <Show when={isUsed()}>
      <Drawer theme={props.theme} />
    </Show>
  )
}
