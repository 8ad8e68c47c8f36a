import { createMemo, For, type JSX } from 'solid-js'

/**
 * Items by id: one that is told anew keeps what is shown of it, with its focus and pointer, and gets the new values.
 */
export function Keyed<T extends { readonly id: string }>(props: {
  readonly each: readonly T[]
  readonly children: (item: () => T) => JSX.Element
}): JSX.Element {
  const byId = createMemo(() => new Map(props.each.map((item) => [item.id, item])))
  return (
    <For each={[...byId().keys()]}>
      {(id) => {
        // What goes is asked for its values once more.
        const item = createMemo<T | undefined>((last) => byId().get(id) ?? last, byId().get(id))
        return <>{item() && props.children(item as () => T)}</>
      }}
    </For>
  )
}
