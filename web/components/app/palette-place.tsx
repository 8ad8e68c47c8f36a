import { createEffect, createMemo, type JSX, lazy, onCleanup, Show } from 'solid-js'
import { loadPart, PART_MISSING } from '../../data/load-part.ts'
import { createEarlyKeys } from '../../state/page/early-keys.ts'
import type { AppPaletteProps } from './app-palette.tsx'

const AppPalette = lazy(async () => ({
  default: (await loadPart(() => import('./app-palette.tsx'))).AppPalette,
}))

/**
 * Where the palette is. Its code is loaded when it is first opened, and is there from then on; what is typed meanwhile is for it, until it is told
 * that the code is missing.
 */
export function PalettePlace(props: Omit<AppPaletteProps, 'typed'>): JSX.Element {
  const isUsed = createMemo<boolean>((before) => before || props.open, false)
  const early = createEarlyKeys()
  let isLoaded = false
  createEffect(() => {
    if (props.open && !isLoaded) early.begin(() => props.onClose())
  })
  const onMissing = () => {
    if (!props.open || isLoaded) return
    early.end()
    props.onClose()
  }
  window.addEventListener(PART_MISSING, onMissing)
  onCleanup(() => window.removeEventListener(PART_MISSING, onMissing))
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
