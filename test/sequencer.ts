import { BaseSequencer, type TestSpecification } from 'vitest/node'

const long = /^\/(?:test|src\/(?:backup|commands|db\/embedded))\//

/**
 * First what takes long, the whole program in a browser or as a process of its own, so that nothing of it is left to
 * one thread at the end while the others rest; then the others, large files first as ever.
 */
export class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    const isLong = ({ moduleId, project }: TestSpecification) =>
      long.test(moduleId.slice(project.config.root.length))
    return [...sorted.filter(isLong), ...sorted.filter(file => !isLong(file))]
  }
}
