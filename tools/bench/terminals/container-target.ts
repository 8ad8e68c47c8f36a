import type { ControllablesDocument } from '../../../src/api/control.ts'
import { containerNodeId } from '../../../src/report/ids.ts'
import { eventually } from '../../../test/support/eventually.ts'
import type { AppAccess, ControlTarget } from '../../../test/support/scope/terminal-client.ts'

/** Finds how the app names a container, once a shell in it is offered. @param id all 64 hex digits */
export const containerTarget = ({ url, token }: AppAccess, id: string): Promise<ControlTarget> =>
  eventually('a shell is offered in the container', async () => {
    const nodeId = containerNodeId(id)
    const query = new URLSearchParams({ topology: 'containers', ids: nodeId })
    const response = await fetch(`${url}/api/controls?${query}`, {
      headers: { authorization: `Bearer ${token}` },
    })
    const { nodes } = (await response.json()) as ControllablesDocument
    return nodes.flatMap(({ controls }) => controls).find((control) => control.id === 'docker_exec_container')
  })
