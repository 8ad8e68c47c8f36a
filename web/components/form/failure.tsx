import { type JSX, Show } from 'solid-js'
import { sentence } from '../../domain/account/sign-in-words.ts'
import { Words } from '../words/words.tsx'
import './form.css'

/** Why something failed, read out at once. @param props.id by which a field can refer to it */
export function Failure(props: { readonly words: string | undefined; readonly id?: string }): JSX.Element {
  // Always there, because screen readers follow only what was on the page before its text came.
  return (
    <div class="form-alert" role="alert" id={props.id} data-testid="failure">
      <Show when={props.words}>
        <p class="form-failure">
          <Words text={sentence(props.words ?? '')} />
        </p>
      </Show>
    </div>
  )
}
