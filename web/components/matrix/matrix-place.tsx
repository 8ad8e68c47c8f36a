import { type JSX, lazy } from 'solid-js'
import { loadPart } from '../../data/load-part.ts'
import type { MatrixViewProps } from './matrix-view.tsx'

const MatrixView = lazy(async () => ({
  default: (await loadPart(() => import('./matrix-view.tsx'))).MatrixView,
}))

/** Where the matrix is. Its code is loaded when it is first shown. */
export function MatrixPlace(props: MatrixViewProps): JSX.Element {
  return <MatrixView {...props} />
}
