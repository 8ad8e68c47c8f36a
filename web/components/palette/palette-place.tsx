import { createMemo, type JSX, lazy, Show } from 'solid-js'
import type { PaletteProps } from './palette.tsx'

const Palette = lazy(async () => ({ default: (await import('./palette.tsx')).Palette }))

/** Where the palette is. Its code is loaded when it is first opened, and is there from then on. */
export function PalettePlace(props: PaletteProps): JSX.Element {
  const isUsed = createMemo<boolean>((before) => before || props.open, false)
  return (
    <Show when={isUsed()}>
      <Palette {...props} />
    </Show>
  )
}
