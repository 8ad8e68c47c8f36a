import { typedBy } from '../../domain/keys/typed.ts'

/** Keeps what is typed until there is a field for it. */
export interface EarlyKeys {
  /** From now on keys go nowhere else. @param onEscape called when it is given up */
  begin(onEscape: () => void): void
  /** Ends that. @returns what was typed */
  end(): string
}

/** Creates one that keeps nothing yet. */
export function createEarlyKeys(): EarlyKeys {
  let text = ''
  let ending: AbortController | undefined
  const end = () => {
    ending?.abort()
    ending = undefined
    const typed = text
    text = ''
    return typed
  }
  return {
    begin(onEscape) {
      end()
      ending = new AbortController()
      const onKey = (event: KeyboardEvent) => {
        event.stopPropagation()
        if (event.key === 'Escape') {
          end()
          onEscape()
        }
        const next = typedBy(text, event)
        if (next === undefined) return
        event.preventDefault()
        text = next
      }
      window.addEventListener('keydown', onKey, { capture: true, signal: ending.signal })
    },
    end,
  }
}
