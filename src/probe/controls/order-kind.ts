import type { ControlKind } from '../../report/control.ts'

/** What an order does: read something, which changes nothing, or a control. */
export type OrderKind = 'reading' | ControlKind
