const broken = (;
