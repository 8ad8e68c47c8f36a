import { createMemo, type JSX, type ParentProps, Show } from 'solid-js'

/** Has its children from the first use on, so that the code of parts that are `lazy` is loaded then, and is there from then on. */
export function OnceUsed(props: ParentProps<{ readonly used: boolean }>): JSX.Element {
  const isUsed = createMemo<boolean>((before) => before || props.used, false)
  return <Show when={isUsed()}>{props.children}</Show>
}
