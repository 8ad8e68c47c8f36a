import { For, type JSX } from 'solid-js'
import { textParts } from '../../domain/account/commands.ts'
import './words.css'

/** A text of the app, with its commands and options as code. */
export function Words(props: { readonly text: string }): JSX.Element {
  return (
    <For each={textParts(props.text)}>
      {(part) => (part.isCode ? <code class="words-code">{part.text}</code> : part.text)}
    </For>
  )
}
