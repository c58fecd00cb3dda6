import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: { include: ['test/unit/**/*.test.ts'], testTimeout: 0, hookTimeout: 0, pool: 'forks', poolOptions: { forks: { maxForks: 2 } } },
});
