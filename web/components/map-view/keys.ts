import type { Direction } from '../../domain/search/step-to.ts'
import { vectors } from '../../domain/search/step-to.ts'
import type { ScopeMap } from '../../map/map.ts'
import { settings } from '../../settings.ts'
import { isTyping } from '../../state/typing.ts'

const directions: Readonly<Record<string, Direction>> = {
  ArrowLeft: 'left',
  ArrowRight: 'right',
  ArrowUp: 'up',
  ArrowDown: 'down',
}

/** Whether a key is the one for menus. */
export function isMenuKey({ key, shiftKey }: KeyboardEvent): boolean {
  return key === 'ContextMenu' || (key === 'F10' && shiftKey)
}

/**
 * Handles the keys of the map: arrows, Enter and the key for menus while the map has the focus; plus, minus, zero, M and
 * G anywhere on the page.
 *
 * @returns a function that stops listening
 */
export function listenToKeys(host: HTMLElement, map: ScopeMap): () => void {
  const onMapKey = (event: KeyboardEvent) => {
    const direction = directions[event.key]
    if (direction && event.shiftKey) {
      const { x, y } = vectors[direction]
      map.panBy(-x * settings.camera.panStep, -y * settings.camera.panStep)
    } else if (direction) {
      map.point(direction)
    } else if (event.key === 'Enter') {
      map.open()
    } else if (isMenuKey(event)) {
      map.menuOf()
    } else {
      return
    }
    event.preventDefault()
  }
  const onPageKey = (event: KeyboardEvent) => {
    if (isTyping(event) || event.ctrlKey || event.metaKey || event.altKey) return
    if (event.key === '+' || event.key === '=') map.zoomBy(settings.camera.zoomStep)
    else if (event.key === '-') map.zoomBy(1 / settings.camera.zoomStep)
    else if (event.key === '0') map.fit()
    else if (event.key.toLowerCase() === 'm') map.menuOf()
    else if (event.key.toLowerCase() === 'g') map.toggleGroup()
  }
  host.addEventListener('keydown', onMapKey)
  document.addEventListener('keydown', onPageKey)
  return () => {
    host.removeEventListener('keydown', onMapKey)
    document.removeEventListener('keydown', onPageKey)
  }
}
