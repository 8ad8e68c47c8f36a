import type { ContainerMessage } from '../daemon/messages.ts'
import { type ContainerAction, containerControls } from './descriptions.ts'

type State = Pick<ContainerMessage['State'], 'Status' | 'Running' | 'Paused' | 'Restarting'>

const actionsOn = ({ Status, Running, Paused, Restarting }: State): readonly ContainerAction[] => {
  // What waits for its next start counts as running in Docker, and can neither be entered nor paused.
  if (Restarting) return ['logs', 'restart', 'stop']
  if (Paused) return ['logs', 'unpause', 'kill']
  if (Running) return ['logs', 'attach', 'exec', 'restart', 'pause', 'stop', 'kill']
  // Docker has failed to remove it, so it can only be tried again.
  if (Status === 'dead') return ['logs', 'remove']
  if (Status === 'removing') return ['logs']
  return ['logs', 'start', 'remove']
}

/**
 * Ids of the controls that Docker would carry out on a container in this state, by rank.
 *
 * @example offeredOn({ Status: 'paused', Running: true, Paused: true, Restarting: false }) // logs, unpause, kill
 */
export const offeredOn = (state: State): string[] =>
  actionsOn(state).map((action) => containerControls[action].id)
