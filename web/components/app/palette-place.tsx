import { createEffect, createMemo, type JSX, lazy, Show } from 'solid-js'
import { loadPart } from '../../data/load-part.ts'
import { createEarlyKeys } from '../../state/page/early-keys.ts'
import type { AppPaletteProps } from './app-palette.tsx'

const AppPalette = lazy(async () => ({
  default: (await loadPart(() => import('./app-palette.tsx'))).AppPalette,
}))

/** Where the palette is. Its code is loaded when it is first opened, and is there from then on; what is typed meanwhile is for it. */
export function PalettePlace(props: Omit<AppPaletteProps, 'typed'>): JSX.Element {
  const isUsed = createMemo<boolean>((before) => before || props.open, false)
  const early = createEarlyKeys()
  let isLoaded = false
  createEffect(() => {
    if (props.open && !isLoaded) early.begin(() => props.onClose())
  })
  const typed = () => {
    isLoaded = true
    return early.end()
  }
  return (
    <Show when={isUsed()}>
      <AppPalette {...props} typed={typed} />
    </Show>
  )
}
