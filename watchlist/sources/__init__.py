"""Floor 2: price sources, a file each, under one contract."""
