import type { Controllable, OfferedControl } from '../../../src/api/control.ts'

/** A control as the app offers it. */
export const offered = (id: string, more: Partial<OfferedControl> = {}): OfferedControl => ({
  probeId: 'probe',
  nodeId: 'node',
  id,
  human: id,
  icon: '',
  rank: 0,
  kind: 'container',
  ...more,
})

/** A node with controls of these ids. */
export const nodeOf = ({
  label = 'web',
  controls = [],
  ...more
}: Partial<Omit<Controllable, 'controls'>> & { readonly controls?: readonly string[] }): Controllable => ({
  id: `${label};<container>`,
  label,
  labelMinor: 'minor',
  clients: { open: 0, total: 0, names: [] },
  controls: controls.map((id) => offered(id)),
  ...more,
})
