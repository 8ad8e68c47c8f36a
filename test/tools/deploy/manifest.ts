import { readFileSync } from 'node:fs'
import { parseAllDocuments } from 'yaml'
import type { KubernetesObject } from '../../support/kubernetes-types.ts'

/** Reads a manifest as kubectl does: by the rules of YAML 1.1, in which `0440` is octal. */
export const readManifest = (path: string): readonly KubernetesObject[] =>
  parseAllDocuments(readFileSync(path, 'utf8'), { version: '1.1' }).map((document) => {
    if (document.errors[0] !== undefined) throw document.errors[0]
    return document.toJS() as KubernetesObject
  })
