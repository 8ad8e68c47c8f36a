import { For, type JSX } from 'solid-js'
import type { ConnectionTable } from '../../../src/topology/types.ts'
import { failureWords } from '../../domain/connection-lines.ts'

/** What fails, said before all else; leads to the line that tells more. */
export function Failures(props: { readonly tables: readonly ConnectionTable[] }): JSX.Element {
  const show = (event: MouseEvent & { currentTarget: HTMLElement }) => {
    const line = event.currentTarget.closest('.card-body')?.querySelector('.row[data-failing=true]')
    line?.scrollIntoView({ block: 'center' })
    line?.querySelector('button')?.focus({ preventScroll: true })
  }
  return (
    <For each={failureWords(props.tables)}>
      {(words) => (
        <button type="button" class="card-note card-failure" data-testid="failure" onClick={show}>
          {words}
        </button>
      )}
    </For>
  )
}
