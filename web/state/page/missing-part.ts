import { createSignal, onCleanup } from 'solid-js'
import { type MissingFacts, PART_MISSING, PARTS_THERE } from '../../data/load-part.ts'
import { type MissingCause, missingCause, reloadsItself } from '../../domain/health/missing-part.ts'

const key = 'scope.reloaded'

/**
 * Sees to parts of the page that cannot be loaded, most often since the app was updated: then the page loads itself again where nothing is
 * lost by that.
 *
 * @returns why a part is missing, while that is so and is to be said
 */
export function createMissingPart(): () => MissingCause | undefined {
  const [cause, setCause] = createSignal<MissingCause>()
  const onMissing = (event: Event) => {
    const found = missingCause((event as CustomEvent<MissingFacts>).detail.isReplaced)
    if (!reloadsItself({ cause: found, isInUse: isInUse(), sinceMs: sinceReload() })) return setCause(found)
    sessionStorage.setItem(key, String(Date.now()))
    location.reload()
  }
  const onThere = () => setCause(undefined)
  window.addEventListener(PART_MISSING, onMissing)
  window.addEventListener(PARTS_THERE, onThere)
  onCleanup(() => {
    window.removeEventListener(PART_MISSING, onMissing)
    window.removeEventListener(PARTS_THERE, onThere)
  })
  return cause
}

function sinceReload(): number | undefined {
  try {
    const at = sessionStorage.getItem(key)
    return at === null ? undefined : Date.now() - Number(at)
  } catch {
    // Without storage nobody knows, so it counts as tried.
    return 0
  }
}

/** Whether something is typed that the address does not have, or a dialog or a session is open. */
function isInUse(): boolean {
  const fields = document.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>(
    'textarea, input:not([type=checkbox], [type=radio])',
  )
  return (
    [...fields].some(({ value, defaultValue }) => value !== defaultValue) ||
    document.querySelector('dialog[open], .drawer') !== null
  )
}
