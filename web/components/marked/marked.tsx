import { For, type JSX } from 'solid-js'
import { marked } from '../../domain/search/suggestions.ts'
import './marked.css'

/** A text in which ranges are marked. */
export function Marked(props: {
  readonly text: string
  readonly ranges: readonly { readonly from: number; readonly to: number }[]
}): JSX.Element {
  return (
    <For each={marked(props.text, props.ranges)}>
      {(part) => (part.mark ? <mark class="marked">{part.text}</mark> : part.text)}
    </For>
  )
}
