import { createEffect, createSignal, type JSX } from 'solid-js'
import { count } from '../../domain/words/format.ts'
import { Icon } from '../icon/icon.tsx'

/** Props of {@link FindBar}. */
export interface FindBarProps {
  /** Which match is the current one, counted from 1, of how many; undefined when nothing is looked for. */
  readonly found: { readonly at: number; readonly total: number | undefined }
  /** It is to take the focus; told each time that this is asked for. */
  readonly wanted: boolean
  readonly onFind: (text: string, direction: 'next' | 'previous', typing: boolean) => void
  readonly onClose: () => void
}

/** The search in what a terminal has shown. Enter goes to the match above, Shift+Enter to the one below, Escape ends it. */
export function FindBar(props: FindBarProps): JSX.Element {
  const [text, setText] = createSignal('')
  let input!: HTMLInputElement
  createEffect(() => {
    if (props.wanted) input.focus()
  })
  const said = () => {
    const { at, total } = props.found
    if (text() === '' || total === undefined) return ''
    if (total === 0) return 'nothing found'
    return at > 0 ? `${count(at)} of ${count(total)}` : `${count(total)} found`
  }
  const onKey = (event: KeyboardEvent) => {
    if (event.key === 'Escape') props.onClose()
    else if (event.key === 'Enter') props.onFind(text(), event.shiftKey ? 'next' : 'previous', false)
    else return
    event.preventDefault()
  }
  return (
    <search class="find-bar">
      <input
        type="text"
        aria-label="Find in the terminal"
        placeholder="Find"
        data-testid="terminal-find"
        ref={(element) => {
          input = element
        }}
        value={text()}
        onInput={(event) => {
          setText(event.currentTarget.value)
          props.onFind(text(), 'previous', true)
        }}
        on:keydown={onKey}
      />
      <span class="find-count" role="status" data-testid="terminal-found">
        {said()}
      </span>
      <button
        type="button"
        class="bar-button"
        aria-label="Match above"
        title="Match above (Enter)"
        on:click={() => props.onFind(text(), 'previous', false)}
      >
        <Icon name="grow" />
      </button>
      <button
        type="button"
        class="bar-button"
        aria-label="Match below"
        title="Match below (Shift+Enter)"
        on:click={() => props.onFind(text(), 'next', false)}
      >
        <Icon name="shrink" />
      </button>
      <button type="button" class="bar-button" aria-label="End the search" on:click={() => props.onClose()}>
        <Icon name="close" />
      </button>
    </search>
  )
}
