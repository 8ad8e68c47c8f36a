import { createMemo, type JSX, onCleanup, onMount, type ParentProps, Show } from 'solid-js'
import { whenIdle } from '../../data/when-idle.ts'

/** Props of {@link OnceUsed}. */
export interface OnceUsedProps {
  readonly used: boolean
  /** Loads the code of the children. */
  readonly load: () => Promise<unknown>
}

/**
 * Has its children from the first use on. What they are made of is loaded when the page has nothing else to do, so that it is not in the way
 * of what is seen first, and is there before somebody asks for it.
 */
export function OnceUsed(props: ParentProps<OnceUsedProps>): JSX.Element {
  const isUsed = createMemo<boolean>((before) => before || props.used, false)
  onMount(() => onCleanup(whenIdle(() => void props.load())))
  return <Show when={isUsed()}>{props.children}</Show>
}
