import type { JSX } from 'solid-js'
import './mark.css'

/** Scope's mark. */
export function Mark(): JSX.Element {
  return (
    <svg class="mark" viewBox="0 0 32 32" aria-hidden="true">
      <path d="M16 3.500 27 9.750v12.500L16 28.500 5 22.250V9.750z" />
      <circle cx="16" cy="16" r="4" />
    </svg>
  )
}
