/**
 * 512 short, common English words for suggested passphrases: nine bits each. Written for Holdfast, free of rights.
 * Six of them make 54 bits, behind Argon2id.
 */
const text = `
acorn acrobat actor adobe agent alarm album almond amber anchor angle ankle anthem apple apron arch arena
armor arrow atlas attic autumn avenue axle bacon badge bagel bakery ballad balloon bamboo banana banjo banner
barley barn barrel basil basket bathtub beacon beaver bench berry bicycle bishop blanket blossom bonfire
bonnet border bottle boulder bracket bramble branch brass bread brick bridge bronze brook broom bucket buckle
buffalo bugle bumper bundle burrow butter button cabin cable cactus camel camera canal candle canoe canvas
canyon carbon cargo carpet carrot cashew castle cattle cave cedar cello cement cereal chalk chapel charcoal
cherry chess chestnut chimney chisel cider cinema circle circus citrus clarinet clay cliff clinic clock clover
cluster coach coast cobalt cobweb cocoa coconut collar comet compass copper coral corner cottage cotton cougar
cradle crane crater crayon cricket crimson crocus crown crystal cupboard curtain cushion cymbal daisy dancer
dawn daylight debris decade delta denim depot desert dew diamond dinner dolphin domino donkey doorway dragon
drawer drum dune dusk eagle easel echo eclipse elbow elk ember emerald engine envelope estate evening fabric
falcon farm feather fence fennel fern ferry fiddle field finch finger fjord flag flame flannel flask flint
flute fog forest fork fossil fountain fox freckle frost fruit furnace gadget galaxy gallery garage garden
garlic garnet gazelle gecko geyser giant ginger giraffe glacier glove goblet goose gorge granite grape gravel
grove guitar gull hamlet hammer hammock harbor harp harvest hatch hawk hazel heather hedge helmet herald herb
heron hickory hill hinge hollow honey hoop horizon hornet hotel hound iceberg igloo indigo inlet insect iris
island ivory ivy jacket jaguar jasmine jelly jersey jewel journal jungle juniper kayak kernel kettle kiosk
kitchen kite kiwi knapsack koala ladder lagoon lantern lasso laurel lava lavender leather ledge lemon lentil
leopard library lichen lilac lily linen lion lizard lobster locket lotus lunch lynx magnet mallet mango mantle
maple marble margin market marsh mason meadow melody melon mentor merlin meteor midnight mill mineral mint
mirror mitten molasses monsoon moose mosaic moss moth motor muffin mural museum mushroom mustard napkin nature
nectar needle nest nickel noodle north nutmeg oak oasis oatmeal ocean olive onion opal opera orange orbit
orchard orchid organ osprey otter oven owl oyster paddle palace panda panel papaya paper parade parcel parrot
pasta pastel patch peach peanut pearl pebble pelican pencil penguin pepper piano pickle picnic pigeon pillow
pilot pine pirate pistachio planet plaster plaza plum pocket polka pond poplar poppy porch portrait potato
pottery prairie prism puddle pumpkin puppet puzzle pyramid quail quarry quartz quill quilt rabbit radar radish
raft rainbow raisin ranch raven reef relic ribbon ridge river robin rocket rooster rosemary ruby rudder saddle
saffron sail salad salmon sandal sapphire sardine satin saucer scarf school scooter seagull shadow shelf shell
shovel silver sketch sleigh slipper smoke snail soap socket sofa spade sparrow spider spinach spiral sponge
spoon spruce squash starfish statue stencil stone stork stove stream studio sugar summit sunset swallow swan
table tapestry teapot temple thimble thistle thunder tiger timber tomato topaz torch tower trumpet tulip
tunnel turtle umbrella valley velvet village violin volcano walnut
`;

export const wordList: readonly string[] = text.trim().split(/\s+/);
