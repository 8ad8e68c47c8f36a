import { createMemo, For, type JSX, untrack } from 'solid-js'

/**
 * A list whose items are told anew again and again: what is shown of an item stays, with its focus, pointer and marked text, and
 * gets the new values. To be used for everything that comes with frames or answers; `For` knows items only by the object.
 *
 * @example
 * <Keyed each={rows()} by={({ id }) => id}>{(row) => <li>{row().label}</li>}</Keyed>
 */
export function Keyed<T>(props: {
  readonly each: readonly T[]
  /** What an item is known by; of several alike the last is shown. */
  readonly by: (item: T) => string
  readonly children: (item: () => T) => JSX.Element
}): JSX.Element {
  const byKey = createMemo(() => new Map(props.each.map((item) => [props.by(item), item])))
  return (
    <For each={[...byKey().keys()]}>
      {(key) => {
        // What goes is asked for its values once more.
        const item = createMemo<T | undefined>((last) => byKey().get(key) ?? last, byKey().get(key))
        return <>{item() !== undefined && untrack(() => props.children(item as () => T))}</>
      }}
    </For>
  )
}

/** What most items are known by. */
export function idOf({ id }: { readonly id: string }): string {
  return id
}

/** What lines of a list of names and values are known by. */
export function labelOf({ label }: { readonly label: string }): string {
  return label
}
