import { createSignal, type JSX, onCleanup } from 'solid-js'
import { copyText } from '../../../data/clipboard.ts'
import { Icon } from '../../icon/icon.tsx'
import './copyable.css'

const TOLD_MS = 1500

/** A value with a copy button, which is visible while the pointer is on the value or the button has the focus. */
export function Copyable(props: { readonly text: string; readonly children: JSX.Element }): JSX.Element {
  const [state, setState] = createSignal<'copied' | 'failed'>()
  let timer = 0
  onCleanup(() => window.clearTimeout(timer))
  const copy = async () => {
    setState((await copyText(props.text)) ? 'copied' : 'failed')
    window.clearTimeout(timer)
    timer = window.setTimeout(() => setState(undefined), TOLD_MS)
  }
  const title = () => {
    if (state() === 'copied') return 'Copied'
    return state() === 'failed' ? 'The browser does not allow it: select the text and copy it' : 'Copy'
  }
  return (
    <span class="copyable" data-state={state()}>
      {props.children}
      <button type="button" class="copy" data-testid="copy" aria-label="Copy" title={title()} onClick={copy}>
        <Icon name={state() === 'copied' ? 'check' : 'copy'} />
      </button>
      <span class="for-readers" role="status">
        {state() ? title() : ''}
      </span>
    </span>
  )
}
