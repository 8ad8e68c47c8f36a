import type { Direction } from '../../domain/step-to.ts'
import { vectors } from '../../domain/step-to.ts'
import type { ScopeMap } from '../../map/map.ts'
import { settings } from '../../settings.ts'

const directions: Readonly<Record<string, Direction>> = {
  ArrowLeft: 'left',
  ArrowRight: 'right',
  ArrowUp: 'up',
  ArrowDown: 'down',
}

/**
 * Handles the keys of the map: arrows and Enter while the map has the focus; plus, minus and zero anywhere on the page.
 *
 * @returns a function that stops listening
 */
export function listenToKeys(host: HTMLElement, map: ScopeMap, onOpen: (nodeId: string) => void): () => void {
  const onMapKey = (event: KeyboardEvent) => {
    const direction = directions[event.key]
    if (direction && event.shiftKey) {
      const { x, y } = vectors[direction]
      map.panBy(-x * settings.camera.panStep, -y * settings.camera.panStep)
    } else if (direction) {
      map.point(direction)
    } else if (event.key === 'Enter') {
      const pointed = map.pointedNode()
      if (pointed) onOpen(pointed)
    } else {
      return
    }
    event.preventDefault()
  }
  const onPageKey = (event: KeyboardEvent) => {
    const typing = event.target instanceof HTMLInputElement
    if (typing || event.ctrlKey || event.metaKey || event.altKey) return
    if (event.key === '+' || event.key === '=') map.zoomBy(settings.camera.zoomStep)
    else if (event.key === '-') map.zoomBy(1 / settings.camera.zoomStep)
    else if (event.key === '0') map.fit()
  }
  host.addEventListener('keydown', onMapKey)
  document.addEventListener('keydown', onPageKey)
  return () => {
    host.removeEventListener('keydown', onMapKey)
    document.removeEventListener('keydown', onPageKey)
  }
}
