import { type JSX, Show } from 'solid-js'
import { missingWords } from '../../domain/health/missing-part.ts'
import { createMissingPart } from '../../state/page/missing-part.ts'
import './missing-part.css'

/** Tells that a part of the page could not be loaded and why, with a way to load the page again. */
export function MissingPart(): JSX.Element {
  const cause = createMissingPart()
  return (
    <div class="missing-part" role="alert" data-testid="missing-part">
      <Show when={cause()}>
        {(why) => (
          <div class="missing-part-box surface">
            <p>{missingWords[why()]}</p>
            <button type="button" class="button" onClick={() => location.reload()}>
              Load again
            </button>
          </div>
        )}
      </Show>
    </div>
  )
}
