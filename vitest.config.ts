import { defineConfig } from 'vitest/config';
import { kernelsForTests } from './scripts/tools/kernels.mjs';
import { tensorflowForTests } from './scripts/tools/tensorflow.mjs';

export default defineConfig({
  plugins: [tensorflowForTests(), kernelsForTests()],
  test: { include: ['test/unit/**/*.test.ts'], testTimeout: 0, hookTimeout: 0, pool: 'forks', poolOptions: { forks: { maxForks: 2 } } },
});
