import { retry } from '../data/retry.ts'
import type { Mark } from '../domain/node/mark-of.ts'
import { settings } from '../settings.ts'

/** The paths of all marks, whose file is loaded when the first node has one. */
export async function loadMarkPaths(): Promise<Readonly<Record<Mark, string>>> {
  const part = await retry(() => import('./mark-paths.ts'), { pausesMs: settings.data.partPausesMs })
  return part.markPaths
}
