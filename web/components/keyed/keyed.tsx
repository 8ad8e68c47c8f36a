import { createMemo, For, type JSX, untrack } from 'solid-js'

/**
 * A list whose items are replaced by new objects again and again, as frames and answers do. Items are matched by key:
 * the elements of an item stay, with focus and selected text, and get the new values. Use it instead of `For`, which
 * matches items by object identity and would create all elements again.
 *
 * @example
 * <Keyed each={rows()} by={({ id }) => id}>{(row) => <li>{row().label}</li>}</Keyed>
 */
export function Keyed<T>(props: {
  readonly each: readonly T[]
  /** The key of an item. Of several items with the same key only the last is shown. */
  readonly by: (item: T) => string
  readonly children: (item: () => T) => JSX.Element
}): JSX.Element {
  const byKey = createMemo(() => new Map(props.each.map((item) => [props.by(item), item])))
  return (
    <For each={[...byKey().keys()]}>
      {(key) => {
        // The memo runs once more while its item is being removed; it then keeps the last value.
        const item = createMemo<T | undefined>((last) => byKey().get(key) ?? last, byKey().get(key))
        return <>{item() !== undefined && untrack(() => props.children(item as () => T))}</>
      }}
    </For>
  )
}

/** The key of most items: their `id`. */
export function idOf({ id }: { readonly id: string }): string {
  return id
}

/** The key of lines in a list of names and values: their `label`. */
export function labelOf({ label }: { readonly label: string }): string {
  return label
}
