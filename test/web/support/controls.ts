import type { Controllable, OfferedControl } from '../../../src/api/control.ts'
import type { Who } from '../../../src/api/session.ts'

/** A control that anybody may use. */
export const offered = (human: string, more: Partial<OfferedControl> = {}): OfferedControl => ({
  probeId: 'p',
  nodeId: 'n',
  id: human.toLowerCase(),
  human,
  icon: 'fa fa-stop',
  rank: 1,
  kind: 'container',
  ...more,
})

/** A node that can be acted on, to which nobody is connected. */
export const controllable = (
  id: string,
  controls: readonly OfferedControl[],
  clients: Controllable['clients'] = { open: 0, total: 0, names: [] },
): Controllable => ({
  id,
  label: id,
  labelMinor: '',
  clients,
  controls: controls.map((control) => ({ ...control, nodeId: id })),
})

/** Somebody who may see, and not act. */
export const onlooker: Who = {
  by: 'kernel',
  name: 'uid 0 (root)',
  role: 'viewer',
  mayAct: false,
  signIn: { password: false, proxy: false },
  readOnly: false,
}

/** Somebody who is signed in. */
export const signedIn: Who = { ...onlooker, by: 'session', name: 'anna', mayAct: true }
